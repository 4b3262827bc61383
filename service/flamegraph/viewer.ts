export const viewerScript = '';
