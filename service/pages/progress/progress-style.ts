/** Of the bar on the page of an incident that is under way. */
export const PROGRESS_STYLE = `
.progress { margin: 1rem 0 0; max-width: 40rem; }
.progress p { margin: 0 0 .35rem; font-weight: 620; font-variant-numeric: tabular-nums; }
.progress progress {
  appearance: none; display: block; width: 100%; height: .6rem; border: 1px solid var(--edge); border-radius: .3rem;
  overflow: hidden; background: var(--tint);
}
.progress progress::-webkit-progress-bar { background: var(--tint); }
.progress progress::-webkit-progress-value { background: var(--hot); }
.progress progress::-moz-progress-bar { background: var(--hot); }
`;
