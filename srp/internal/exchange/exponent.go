package exchange

import "math/big"

func mulAdd(a []byte, u, x [32]byte) []byte {
	A, U, X := new(big.Int).SetBytes(a), new(big.Int).SetBytes(u[:]), new(big.Int).SetBytes(x[:])
	A.Add(A, U.Mul(U, X))
	return A.FillBytes(make([]byte, max(len(a), 64)+1))
}
