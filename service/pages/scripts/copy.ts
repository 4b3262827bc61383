/** Buttons that copy the report, where there is one: `data-copy` is its address without the ending. */

const FORMS = [
  ['md', 'Copy as Markdown'],
  ['txt', 'Copy as text'],
] as const;
/** Long enough to be read. */
const SAID_MS = 2500;

export function makeCopyButtons(box: HTMLElement): void {
  const said = document.createElement('span');
  said.setAttribute('role', 'status');
  const buttons = FORMS.map(([ending, words]) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = words;
    button.addEventListener('click', () => {
      const address = `${box.dataset.copy ?? ''}.${ending}`;
      // Where the browser forbids it (a page without TLS) the text itself is the next best.
      copy(address).then(
        () => say(said, 'Copied.'),
        () => location.assign(address),
      );
    });
    return button;
  });
  box.replaceChildren(...buttons, said);
}

/** The clipboard must be asked at once: after the answer has come the click is over for some browsers. */
async function copy(address: string): Promise<void> {
  const text = fetch(address).then((response) => {
    if (!response.ok) throw new Error(`${response.status}`);
    return response.blob();
  });
  const plain = text.then((blob) => new Blob([blob], { type: 'text/plain' }));
  await navigator.clipboard.write([new ClipboardItem({ 'text/plain': plain })]);
}

function say(said: HTMLElement, words: string): void {
  said.textContent = words;
  setTimeout(() => {
    said.textContent = '';
  }, SAID_MS);
}
