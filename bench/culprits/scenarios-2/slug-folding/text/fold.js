/** Letters with marks, and what stands for them in an address. */
const PAIRS = [
  'àa áa âa ãa äa åa āa ăa ąa ǎa çc ćc ĉc ċc čc ďd đd èe ée êe ëe ēe ĕe ėe ęe ěe ĝg ğg ġg ģg ĥh ħh ìi íi îi ïi ĩi īi ĭi įi ĵj ķk',
  'ĺl ļl ľl łl ñn ńn ņn ňn òo óo ôo õo öo øo ōo ŏo őo ŕr ŗr řr śs ŝs şs šs ţt ťt ŧt ùu úu ûu üu ũu ūu ŭu ůu űu ųu ŵw ýy ÿy ŷy',
  'ạa ảa ấa ầa ẩa ẫa ậa ắa ằa ẳa ẵa ặa ẹe ẻe ẽe ếe ềe ểe ễe ệe ỉi ịi ơo ọo ỏo ốo ồo ổo ỗo ộo ớo ờo ởo ỡo ợo ưu ụu ủu ứu ừu ửu ữu ựu ỳy',
]
  .join(' ')
  .split(' ')
  .map((pair) => ({ from: pair.charCodeAt(0), to: pair.charCodeAt(1) }));

export function foldLetter(code) {
  if (code < 128) return code;
  for (const pair of PAIRS) {
    if (pair.from === code) return pair.to;
  }
  return 45;
}
