/** Of the form that chooses two profiles, and of what comes of them. */
export const COMPARE_STYLE = `
.compare .two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem; }
.compare fieldset {
  min-width: 0; margin: 0; padding: .6rem 1rem .2rem; border: 1px solid var(--line); border-radius: .5rem;
}
.compare legend { font-weight: 650; padding: 0 .4rem; }
.compare .line p { margin: 0; }
.compare input[type=file] { width: 100%; }
h1 + .tick { margin-top: .75rem; }
.compare[data-over] { outline: 3px dashed var(--focus); outline-offset: 4px; }
`;
