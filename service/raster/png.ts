/** SVG → PNG with the fonts that ship with the service: the same picture on every machine. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

export interface PngOptions {
  /** CSS px. */
  readonly width: number;
  /** Device px for one CSS px. */
  readonly scale: number;
}

const fonts = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf', 'DejaVuSansMono.ttf'].map((file) => join(fonts, file));

/** The picture is scaled to `width`; its height follows. Throws when the text is no SVG. */
export function svgToPng(svg: string, options: PngOptions): Uint8Array {
  const picture = new Resvg(svg, {
    fitTo: { mode: 'width', value: Math.round(options.width * options.scale) },
    font: {
      loadSystemFonts: false,
      fontFiles: FONT_FILES,
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
      monospaceFamily: 'DejaVu Sans Mono',
    },
  });
  return picture.render().asPng();
}
