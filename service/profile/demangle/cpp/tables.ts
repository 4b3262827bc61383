/** Codes of the Itanium C++ ABI (https://itanium-cxx-abi.github.io/cxx-abi/abi.html), printed as GNU tools do. */

/** `i` → `int`. */
export const BUILTIN_TYPES: Readonly<Record<string, string>> = {
  a: 'signed char',
  b: 'bool',
  c: 'char',
  d: 'double',
  e: 'long double',
  f: 'float',
  g: '__float128',
  h: 'unsigned char',
  i: 'int',
  j: 'unsigned int',
  l: 'long',
  m: 'unsigned long',
  n: '__int128',
  o: 'unsigned __int128',
  s: 'short',
  t: 'unsigned short',
  v: 'void',
  w: 'wchar_t',
  x: 'long long',
  y: 'unsigned long long',
  z: '...',
};

/** After `D`. */
export const BUILTIN_D_TYPES: Readonly<Record<string, string>> = {
  d: 'decimal64',
  e: 'decimal128',
  f: 'decimal32',
  h: 'half',
  i: 'char32_t',
  n: 'decltype(nullptr)',
  s: 'char16_t',
  u: 'char8_t',
};

/** Literals of these types are printed as a number with this ending; others as `(type)number`. */
export const LITERAL_ENDINGS: Readonly<Record<string, string>> = {
  int: '',
  'unsigned int': 'u',
  long: 'l',
  'unsigned long': 'ul',
  'long long': 'll',
  'unsigned long long': 'ull',
};

export const FLOAT_TYPES: ReadonlySet<string> = new Set(['float', 'double', 'long double', '__float128']);

export interface StandardName {
  readonly short: string;
  /** Where a constructor or destructor follows. */
  readonly full: string;
  /** What constructors are called. */
  readonly last: string;
}

function stream(direction: string): StandardName {
  const last = `basic_${direction}stream`;
  return { short: `std::${direction}stream`, full: `std::${last}<char, std::char_traits<char> >`, last };
}

/** After `S`. */
export const STANDARD_NAMES: Readonly<Record<string, StandardName>> = {
  a: { short: 'std::allocator', full: 'std::allocator', last: 'allocator' },
  b: { short: 'std::basic_string', full: 'std::basic_string', last: 'basic_string' },
  s: {
    short: 'std::string',
    full: 'std::basic_string<char, std::char_traits<char>, std::allocator<char> >',
    last: 'basic_string',
  },
  i: stream('i'),
  o: stream('o'),
  d: stream('io'),
};

/** `[text, number of operands]`. */
export const OPERATORS: Readonly<Record<string, readonly [text: string, operands: number]>> = {
  aN: ['&=', 2],
  aS: ['=', 2],
  aa: ['&&', 2],
  ad: ['&', 1],
  an: ['&', 2],
  at: ['alignof ', 1],
  aw: ['co_await ', 1],
  az: ['alignof ', 1],
  cc: ['const_cast', 2],
  cl: ['()', 2],
  cm: [',', 2],
  co: ['~', 1],
  dV: ['/=', 2],
  dX: ['[...]=', 3],
  da: ['delete[] ', 1],
  dc: ['dynamic_cast', 2],
  de: ['*', 1],
  di: ['=', 2],
  dl: ['delete ', 1],
  ds: ['.*', 2],
  dt: ['.', 2],
  dv: ['/', 2],
  dx: [']=', 2],
  eO: ['^=', 2],
  eo: ['^', 2],
  eq: ['==', 2],
  fL: ['...', 3],
  fR: ['...', 3],
  fl: ['...', 2],
  fr: ['...', 2],
  ge: ['>=', 2],
  gs: ['::', 1],
  gt: ['>', 2],
  ix: ['[]', 2],
  lS: ['<<=', 2],
  le: ['<=', 2],
  li: ['"" ', 1],
  ls: ['<<', 2],
  lt: ['<', 2],
  mI: ['-=', 2],
  mL: ['*=', 2],
  mi: ['-', 2],
  ml: ['*', 2],
  mm: ['--', 1],
  na: ['new[]', 3],
  ne: ['!=', 2],
  ng: ['-', 1],
  nt: ['!', 1],
  nw: ['new', 3],
  oR: ['|=', 2],
  oo: ['||', 2],
  or: ['|', 2],
  pL: ['+=', 2],
  pl: ['+', 2],
  pm: ['->*', 2],
  pp: ['++', 1],
  ps: ['+', 1],
  pt: ['->', 2],
  qu: ['?', 3],
  rM: ['%=', 2],
  rS: ['>>=', 2],
  rc: ['reinterpret_cast', 2],
  rm: ['%', 2],
  rs: ['>>', 2],
  sP: ['sizeof...', 1],
  sZ: ['sizeof...', 1],
  sc: ['static_cast', 2],
  ss: ['<=>', 2],
  st: ['sizeof ', 1],
  sz: ['sizeof ', 1],
  te: ['typeid ', 1],
  ti: ['typeid ', 1],
  tr: ['throw', 0],
  tw: ['throw ', 1],
};

/** Objects that the compiler makes for a type; after `T`. */
export const TYPE_OBJECTS: Readonly<Record<string, string>> = {
  I: 'typeinfo for ',
  S: 'typeinfo name for ',
  T: 'VTT for ',
  V: 'vtable for ',
};

/** Objects that the compiler makes for a name. */
export const NAME_OBJECTS: Readonly<Record<string, string>> = {
  GV: 'guard variable for ',
  TH: 'TLS init function for ',
  TW: 'TLS wrapper function for ',
};

/** Other ways into a function. */
export const ENTRIES: Readonly<Record<string, string>> = {
  GA: 'hidden alias for ',
  GTn: 'non-transaction clone for ',
  GTt: 'transaction clone for ',
};
