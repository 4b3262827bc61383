/**
 * The name under which the customer knows the sender, or the address itself.
 *
 * One of the demo's flaws: the whole address book is read anew for each mail. Nobody notices, until somebody uploads
 * the addresses of a whole company.
 */
export async function senderName(spool, customer, address) {
  const text = await spool.read('contacts', customer);
  if (text === null) return address;
  const book = decodeBook(text);
  return book.find((contact) => contact.address === address)?.name ?? address;
}

function decodeBook(text) {
  return JSON.parse(text).map(({ address, name }) => ({ address: address.toLowerCase(), name }));
}
