/** A picture that becomes the viewer where scripts run. */
import type { FlameData } from './data/flame-data.ts';
import { darkStyle, type Picture, svgDocument } from './picture/static-svg.ts';
import { jsonIsland } from './picture/text.ts';
import { viewerScript } from './viewer/bundle.generated.ts';

/** The script is the same text in every file, so a policy may allow it by its hash. */
export function interactiveSvg(picture: Picture, data: FlameData): string {
  const island = `<script type="application/json" data-flamegraph-data="">${jsonIsland(data)}</script>`;
  const script = `<script><![CDATA[${viewerScript}]]></script>`;
  return svgDocument(picture, data.title || 'Flame graph', darkStyle(picture.fills), island + script);
}
