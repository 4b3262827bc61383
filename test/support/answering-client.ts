/** An AWS client of its own class (paginators insist on that) that answers from the test instead of from AWS. */
export function answering<T extends object>(client: T, answer: (input: object) => unknown): T {
  return Object.assign(Object.create(client), {
    send: async (command: { readonly input: object }) => answer(command.input),
  });
}

/** One that refuses every call with an error of this name. */
export function refusing<T extends object>(client: T, name: string): T {
  return answering(client, () => {
    throw Object.assign(new Error('no'), { name });
  });
}
