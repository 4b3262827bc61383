/** A small validator: a schema becomes a function that adds what is wrong to a list. */
const CHECKS = {
  text:
    ({ max = 100 }) =>
    (value) =>
      typeof value === 'string' && value.length <= max ? null : 'is not a short text',
  count:
    ({ min = 0 }) =>
    (value) =>
      Number.isInteger(value) && value >= min ? null : 'is not a count',
  email: () => (value) => (/^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i.test(value) ? null : 'is not an address'),
};

export function compile(schema, path = '$') {
  if (schema.kind === 'object') {
    const fields = Object.entries(schema.fields).map(([name, field]) => ({
      name,
      check: compile(field, `${path}.${name}`),
    }));
    return (value, faults) => {
      for (const { name, check } of fields) check(value[name], faults);
    };
  }
  if (schema.kind === 'list') {
    const check = compile(schema.of, `${path}[]`);
    return (value, faults) => value.forEach((item) => check(item, faults));
  }
  const check = CHECKS[schema.kind](schema);
  return (value, faults) => {
    const fault = value === undefined && schema.optional ? null : check(value);
    if (fault !== null) faults.push(`${path} ${fault}`);
  };
}
