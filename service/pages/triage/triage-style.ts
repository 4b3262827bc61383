/** Of the forms on the page of an incident, and of what they lead to. */
export const TRIAGE_STYLE = `
p.marks { display: flex; flex-wrap: wrap; align-items: start; gap: .35rem .5rem; margin: .35rem 0 .5rem; }
.marks .pill { white-space: normal; overflow-wrap: anywhere; }
.triage { padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .6rem; }
.triage h2 { margin-bottom: .4rem; }
main > .triage { margin-top: 1.75rem; }
.triage > details { margin-top: .6rem; }
.triage details > form { margin-bottom: .6rem; }
.triage summary { cursor: pointer; padding: .3rem 0; }
.quick { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0; }
.triage label { display: block; font-size: .8125rem; color: var(--soft); margin-bottom: .2rem; }
.triage input, .triage select, .triage textarea, .triage button, .confirm button {
  font: inherit; padding: .4rem .7rem; border: 1px solid var(--edge); border-radius: .4rem; background: var(--card);
  color: var(--ink); min-height: 2.5rem; max-width: 100%;
}
.triage textarea { display: block; width: 100%; margin-bottom: .5rem; resize: vertical; }
.triage button, .confirm button { font-weight: 620; cursor: pointer; }
.confirm { margin: .75rem 0; }
.confirm button { border-color: var(--hot); color: var(--hot-ink); }
.triage .line { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: .5rem 0; max-width: 46rem; }
.triage .line .grow { flex: 1 1 15rem; }
.triage .line .grow input { width: 100%; }
.notes { list-style: none; padding: 0; margin: .6rem 0; }
.notes > li { padding: .6rem 0 .6rem .9rem; border-left: 3px solid var(--line); margin-bottom: .5rem; }
.notes p { margin-bottom: .35rem; }
.notes button { font-size: .875rem; min-height: 2rem; padding: .2rem .6rem; }
.markdown pre {
  overflow-x: auto; white-space: pre-wrap; padding: .5rem .7rem; background: var(--tint); border-radius: .4rem;
}
.markdown blockquote { margin: 0 0 .5rem; padding-left: .8rem; border-left: 3px solid var(--edge); color: var(--soft); }
@media print { .triage form, .triage > details { display: none; } }
`;
