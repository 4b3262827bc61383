import { createHash } from 'node:crypto';
import type { UploadAddress, UploadsPort } from '../../../service/incidents/ports.ts';
import { AppError } from '../../../service/shared/errors.ts';
import { refuseAborted } from './refuse-aborted.ts';

/** `UploadsPort` in memory. */
export class FakeUploads implements UploadsPort {
  readonly objects = new Map<string, Uint8Array>();
  /** Keys, in the order in which they were removed. */
  readonly removed: string[] = [];
  private readonly issued = new Map<
    string,
    { readonly key: string; readonly bytes: number; readonly checksum: string }
  >();

  async address(
    key: string,
    content: { readonly bytes: number; readonly sha256: string },
    _validSeconds?: number,
    signal?: AbortSignal,
  ): Promise<UploadAddress> {
    refuseAborted(signal);
    const url = `https://bucket.example.com/${key}?signature=${this.issued.size}`;
    const checksum = Buffer.from(content.sha256, 'hex').toString('base64');
    this.issued.set(url, { key, bytes: content.bytes, checksum });
    return { url, checksum };
  }

  /** What an instance does; the HTTP status. */
  put(url: string, checksum: string | null, body: Uint8Array): number {
    const address = this.issued.get(url);
    if (address === undefined || checksum !== address.checksum || body.length !== address.bytes) return 403;
    if (createHash('sha256').update(body).digest('base64') !== checksum) return 400;
    this.objects.set(address.key, body);
    return 200;
  }

  async get(key: string, bytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    refuseAborted(signal);
    const body = this.objects.get(key);
    if (body === undefined) throw new AppError('UPLOAD_MISSING', `There is no ${key}.`, { retry: 'later' });
    if (body.length !== bytes) throw new AppError('CAPTURE_DAMAGED', `${key} has another size.`, { retry: 'later' });
    return body;
  }

  async remove(key: string, signal?: AbortSignal): Promise<void> {
    refuseAborted(signal);
    this.removed.push(key);
    this.objects.delete(key);
  }
}
