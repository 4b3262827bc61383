/**
 * Files that are dropped on the page go into the fields of the form, where everybody sees which is A and which is B
 * before anything is sent. Without script the fields are there all the same.
 */
export function takeDroppedFiles(form: HTMLFormElement): void {
  const fields = [...form.querySelectorAll<HTMLInputElement>('input[type=file]')];
  const said = form.querySelector<HTMLElement>('[data-dropped]');
  const most = Number(form.dataset.drop) * 1e6;
  if (said) said.textContent = 'Files may also be dropped anywhere on this page.';
  const check = (): void => {
    const large = fields.find((field) => (field.files?.[0]?.size ?? 0) > most);
    for (const field of fields) field.setCustomValidity(field === large ? tooLarge(form) : '');
    if (said) said.textContent = large ? tooLarge(form) : '';
  };
  for (const field of fields) field.addEventListener('change', check);
  const isFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
  // On the whole page: a file that misses the form would otherwise be opened in its place.
  addEventListener('dragover', (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    form.dataset.over = '';
  });
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) delete form.dataset.over;
  });
  addEventListener('drop', (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    delete form.dataset.over;
    const files = [...(event.dataTransfer?.files ?? [])];
    for (const [index, file] of files.slice(0, fields.length).entries())
      put(file, fieldFor(event, fields, files.length > 1 ? index : null));
    check();
  });
}

function tooLarge(form: HTMLFormElement): string {
  return `The file is larger than ${form.dataset.drop} MB.`;
}

/** The one that it was dropped on, or the first that is empty; two files are A and B. */
function fieldFor(event: DragEvent, fields: readonly HTMLInputElement[], index: number | null) {
  if (index !== null) return fields[index];
  const side = event.target instanceof Element ? event.target.closest('fieldset') : null;
  return fields.find((field) => field.closest('fieldset') === side) ?? fields.find(isEmpty) ?? fields.at(-1);
}

function isEmpty(field: HTMLInputElement): boolean {
  const incident = field.closest('fieldset')?.querySelector<HTMLInputElement>('input[list]');
  return field.files?.length === 0 && incident?.value === '';
}

function put(file: File, field: HTMLInputElement | undefined): void {
  if (field === undefined) return;
  // A list of files cannot be made in another way.
  const holder = new DataTransfer();
  holder.items.add(file);
  field.files = holder.files;
  const incident = field.closest('fieldset')?.querySelector<HTMLInputElement>('input[list]');
  if (incident) incident.value = '';
}
