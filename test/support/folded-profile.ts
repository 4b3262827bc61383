import { FoldedParser } from '../../service/profile/folded/import-folded.ts';
import type { Profile } from '../../service/profile/profile.ts';

/** A profile of folded stacks; `column`: which of two counts. */
export function foldedProfile(text: string, column?: 1 | 2): Profile {
  const parser = new FoldedParser(column === undefined ? {} : { column });
  parser.write(new TextEncoder().encode(text));
  return parser.finish();
}

/** What a picture shows: first and second line of each frame's tooltip. */
export function tooltips(svg: string): { readonly name: string; readonly value: string }[] {
  return [...svg.matchAll(/<rect [^>]*><title>([^<]*)<\/title><\/rect>/g)].map(([, text = '']) => {
    const [name = '', value = ''] = text.split('\n');
    return { name, value };
  });
}
