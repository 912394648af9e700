package srp_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"testing"

	"github.com/cognito-go/cognitoauth/srp"
)

// A reference is a client as other libraries have it: the textbook's formula
// on math/big, an ephemeral of 1024 bits, hex strings for padding, and HKDF by
// hand. It shares nothing with the package.
type reference struct{ a, A *big.Int }

var (
	refN, _ = new(big.Int).SetString("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD1"+
		"29024E088A67CC74020BBEA63B139B22514A08798E3404DD"+
		"EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245"+
		"E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"+
		"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3D"+
		"C2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"+
		"83655D23DCA3AD961C62F356208552BB9ED529077096966D"+
		"670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"+
		"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9"+
		"DE2BCBF6955817183995497CEA956AE515D2261898FA0510"+
		"15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64"+
		"ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"+
		"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6B"+
		"F12FFA06D98A0864D87602733EC86A64521F2B18177B200C"+
		"BBE117577A615D6C770988C0BAD946E208E24FA074E5AB31"+
		"43DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF", 16)
	refg = big.NewInt(2)
	refk = refInt(refHash(refPad(refN), refPad(refg)))
)

func newReference(a *big.Int) reference {
	return reference{a, new(big.Int).Exp(refg, a, refN)}
}

// randomReference draws 1024 bits, as Amazon's browser client does.
func randomReference(t testing.TB) reference {
	t.Helper()
	b := make([]byte, 128)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	return newReference(new(big.Int).Mod(refInt(b), refN))
}

func (r reference) claim(t testing.TB, ch srp.Challenge, password, timestamp string) (signature string) {
	t.Helper()
	B, ok1 := new(big.Int).SetString(ch.B, 16)
	salt, ok2 := new(big.Int).SetString(ch.Salt, 16)
	block, err := base64.StdEncoding.DecodeString(ch.SecretBlock)
	if !ok1 || !ok2 || err != nil {
		t.Fatal("reference: bad challenge")
	}
	u := refInt(refHash(refPad(r.A), refPad(B)))
	x := refInt(refHash(refPad(salt), refHash([]byte(ch.Scope+ch.Identity+":"+password))))

	base := new(big.Int).Exp(refg, x, refN)
	base.Mul(base, refk)
	base.Sub(B, base)
	base.Mod(base, refN)
	exponent := new(big.Int).Mul(u, x)
	exponent.Add(exponent, r.a)
	S := new(big.Int).Exp(base, exponent, refN)

	prk := refHMAC(refPad(u), refPad(S))
	key := refHMAC(prk, []byte("Caldera Derived Key\x01"))[:16]
	return base64.StdEncoding.EncodeToString(
		refHMAC(key, []byte(ch.Scope), []byte(ch.Identity), block, []byte(timestamp)))
}

func refInt(b []byte) *big.Int { return new(big.Int).SetBytes(b) }

func refPad(x *big.Int) []byte {
	s := fmt.Sprintf("%x", x)
	switch {
	case len(s)%2 == 1:
		s = "0" + s
	case s[0] >= '8':
		s = "00" + s
	}
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func refHash(parts ...[]byte) []byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func refHMAC(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}
