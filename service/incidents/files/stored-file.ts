export interface StoredFile {
  readonly content: Uint8Array;
  readonly contentType: string;
  /** sha256 of the content, hex. */
  readonly hash: string;
}
