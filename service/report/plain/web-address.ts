/** An address that may be linked: nothing else of what stands in a configuration or a report is one. */
export function webAddress(text: string): string | null {
  return /^https?:\/\/[^\s<>]+$/.test(text) ? text : null;
}
