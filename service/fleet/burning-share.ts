/**
 * A member this close to the hot one is hot, too: less than a seventh between them is too little to learn from.
 */
export const BURNING_SHARE = 0.85;
