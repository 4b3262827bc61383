/** The graphs in the order in which a person wants them, with a sentence that says what is seen. */
export const GRAPH_WORDS = [
  [
    'differential',
    'What changed',
    'Both profiles in one graph. Orange: more on the hot instance; blue: less; grey: no significant difference.',
  ],
  ['hot', 'Hot instance', 'Where the CPU went on the hot instance: the wider a frame, the more cores.'],
  ['healthy', 'Healthy peer', 'The same seconds on the healthy peer.'],
  ['programs', 'Other programs', 'What else used the CPUs of the hot instance, by program.'],
] as const;

export type GraphName = (typeof GRAPH_WORDS)[number][0];
