/** Script time of the viewer in chromium: the first paint, and zooms. */
export async function measureInBrowser(_folded: string): Promise<void> {}
