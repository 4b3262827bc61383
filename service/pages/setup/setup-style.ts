/** Of the steps that lead to the first incident, and of the test below them. */
export const SETUP_STYLE = `
.empty.first { text-align: left; color: inherit; padding: 1.5rem 1.25rem; }
.setup { padding-left: 1.3rem; margin: 0; }
.setup li { margin-bottom: 1rem; }
.setup pre {
  margin: .4rem 0; padding: .6rem .8rem; background: var(--tint); border-radius: .4rem; overflow-x: auto;
  white-space: pre-wrap; overflow-wrap: anywhere;
}
.setup pre code { user-select: all; font-size: .8125rem; }
`;
