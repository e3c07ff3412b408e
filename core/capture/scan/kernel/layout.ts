/** The addresses of `../layout.ts`; a test compares the two. */

/** For each byte its class, of which there are 32. */
export const CLASS: usize = 0;
/** For the lower, then the upper four bits of a byte: what it may be, a bit for each kind. */
export const KIND: usize = 256;
/** The same for what may follow a byte that an escape may begin with. */
export const FOLLOW: usize = 288;
/** For each first character the first keyword of one or two characters, by number; 0: none. */
export const SHORT: usize = 512;
/** For each hash of three characters the first keyword that begins with them, by number; 0: none. */
export const LONG: usize = 1024;
/** For each character that an escape may begin with, and each ASCII character after it, whether it may. */
export const ESCAPE: usize = 9216;
/** For each three classes a bit for each class that a keyword may go on with. */
export const GATE: usize = 25600;
/** For each pair of letters, by their last five bits, whether it is a country that has IBANs. */
export const COUNTRY: usize = 156672;
/** The text, and before it {@link BEFORE} bytes of what stands before. */
export const BEFORE: usize = 16;
export const TEXT: usize = 157712;
/** Characters of sixteen bits, to be narrowed. */
export const WIDE: usize = 174352;
/** How many there are in each list. */
export const COUNTS: usize = 207632;
/** Of each number where it begins and ends, how many digits it has, and its shapes. */
export const NUMBERS: usize = 207648;
/** What passed the gate; it has been looked at before marks are written. */
export const PASSED: usize = 224128;
export const MARKS: usize = 224128;
/** Where digits begin, and where they end, by turns. */
export const CHANGES: usize = 289680;
/** Where ten characters of a run begin. */
export const LONGS: usize = 355232;
export const RUNS: usize = 359392;
/** What is known of each keyword; then the keywords themselves. */
export const KEYWORDS: usize = 379392;
