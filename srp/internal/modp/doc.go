// Package modp is arithmetic modulo N, the 3072-bit prime of RFC 3526, section
// 4 (group 15), and nothing more general: what Cognito's SRP needs, in
// constant time.
//
// element.go says what an [Element] is, mul.go how Elements are multiplied, and
// exp.go how they are raised to a power. Algorithms are named as in these:
//
//   - Menezes, van Oorschot and Vanstone, Handbook of Applied Cryptography
//     (1996), cited as HAC;
//   - Montgomery, Modular Multiplication Without Trial Division (1985);
//   - Koç, Acar and Kaliski, Analyzing and Comparing Montgomery Multiplication
//     Algorithms (1996);
//   - Lim and Lee, More Flexible Exponentiation with Precomputation (1994);
//   - Gueron, Efficient Software Implementations of Modular Exponentiation
//     (2012), for results that are not fully reduced.
//
// # Constant time
//
// All operations take a time that does not depend on the value of an Element
// or of an exponent, as far as a Go program can know:
//
//   - There is no branch on such a value. Carries are added, never tested;
//     what happens or not is multiplied by 1 or 0, or masked.
//   - There is no memory address made from such a value. A table is read from
//     end to end, whichever entry is wanted.
//   - What is computed with is addition, bit operations, shifts by constants,
//     and the functions Add64, Sub64 and Mul64 of math/bits, which are
//     documented not to depend on their inputs and are single instructions on
//     64-bit machines. On 32-bit ones they are made of others of this list.
//
// How many steps there are depends on the length of an exponent in bytes, and
// that is all an exponent gives away: leading zeros are processed like any
// other digits.
//
// Three results may be branched on by callers, and are: what
// [Element.SetBytes] and [Element.IsZero] report, which in SRP is about numbers
// that went over the network, and the length of an exponent.
//
// The compiler makes no promise to keep it so, and processors make fewer and
// fewer. So the tests measure it on demand, see TestDudectExp in package srp.
package modp
