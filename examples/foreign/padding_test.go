package foreign

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// The numbers of SRP are hashed without leading zero bytes, but with one where
// the top bit is set. Half of all numbers need that byte. One in 512 begins with
// a zero byte that has to go, which is too rare to be left to chance: here each
// number is such a short one.

// The group: prime 15 of RFC 3526, section 4, and g = 2.
var bigN, _ = new(big.Int).SetString(strings.Join(strings.Fields(`
	FFFFFFFF FFFFFFFF C90FDAA2 2168C234 C4C6628B 80DC1CD1 29024E08 8A67CC74
	020BBEA6 3B139B22 514A0879 8E3404DD EF9519B3 CD3A431B 302B0A6D F25F1437
	4FE1356D 6D51C245 E485B576 625E7EC6 F44C42E9 A637ED6B 0BFF5CB6 F406B7ED
	EE386BFB 5A899FA5 AE9F2411 7C4B1FE6 49286651 ECE45B3D C2007CB8 A163BF05
	98DA4836 1C55D39A 69163FA8 FD24CF5F 83655D23 DCA3AD96 1C62F356 208552BB
	9ED52907 7096966D 670C354E 4ABC9804 F1746C08 CA18217C 32905E46 2E36CE3B
	E39E772C 180E8603 9B2783A2 EC07A28F B5C55DF0 6F4C52C9 DE2BCBF6 95581718
	3995497C EA956AE5 15D22618 98FA0510 15728E5A 8AAAC42D AD33170D 04507A33
	A85521AB DF1CBA64 ECFB8504 58DBEF0A 8AEA7157 5D060C7D B3970F85 A6E1E4C7
	ABF5AE8C DB0933D7 1E8C94E0 4A25619D CEE3D226 1AD2EE6B F12FFA06 D98A0864
	D8760273 3EC86A64 521F2B18 177B200C BBE11757 7A615D6C 770988C0 BAD946E2
	08E24FA0 74E5AB31 43DB5BFC E0FD108E 4B82D120 A93AD2CA FFFFFFFF FFFFFFFF`), ""), 16)

var two = big.NewInt(2)

// short reports whether n begins, in that many bytes, with a zero byte that has
// to go.
func short(n *big.Int, size int) bool { return n.BitLen() < 8*(size-1) }

// pad writes n as Cognito hashes it.
func pad(n *big.Int) []byte { return n.FillBytes(make([]byte, n.BitLen()/8+1)) }

func hash(parts ...[]byte) *big.Int {
	sum := sha256.Sum256(bytes.Join(parts, nil))
	return new(big.Int).SetBytes(sum[:])
}

// An exchange is one that alice begins with A. It has what a pool hides.
type exchange struct {
	pool      *challengetest.Pool
	a, A      *big.Int
	challenge map[string]string // ChallengeParameters
}

// begin makes the pool issue another challenge.
func (e *exchange) begin(t *testing.T) {
	t.Helper()
	out, err := e.pool.Client().InitiateAuth(t.Context(), &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow:       types.AuthFlowTypeUserSrpAuth,
		ClientId:       aws.String(challengetest.DefaultClientID),
		AuthParameters: map[string]string{"USERNAME": "alice", "SRP_A": e.A.Text(16)},
	})
	if err != nil {
		t.Fatal(err)
	}
	e.challenge = out.ChallengeParameters
}

func (e *exchange) number(key string) *big.Int {
	n, _ := new(big.Int).SetString(e.challenge[key], 16)
	return n
}

// u is the scrambling parameter.
func (e *exchange) u() *big.Int { return hash(pad(e.A), pad(e.number("SRP_B"))) }

// S is what both sides get in the end, (B - kg^x)^(a + ux).
func (e *exchange) S() *big.Int {
	k := hash(pad(bigN), pad(two))
	inner := sha256.Sum256([]byte("Test00001" + "alice:Passw0rd!"))
	x := hash(pad(e.number("SALT")), inner[:])
	base := new(big.Int).Exp(two, x, bigN)
	base.Sub(e.number("SRP_B"), base.Mul(base, k))
	return base.Exp(base, x.Add(e.a, x.Mul(x, e.u())), bigN)
}

// ServeHTTP gives the challenge to the client that begins with A, and leaves the
// rest to the pool.
func (e *exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".InitiateAuth") {
		e.pool.Handler().ServeHTTP(w, r)
		return
	}
	var in struct{ AuthParameters map[string]string }
	err := json.NewDecoder(r.Body).Decode(&in)
	if A, ok := new(big.Int).SetString(in.AuthParameters["SRP_A"], 16); err != nil || !ok || A.Cmp(e.A) != 0 {
		http.Error(w, "the client has not drawn the a that it was given", http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{
		"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": e.challenge,
	})
}

func TestPadding(t *testing.T) {
	needNode(t)
	seed := make([]byte, 32)
	rand.Read(seed)
	e := exchange{a: new(big.Int).SetBytes(seed)}
	for e.A = new(big.Int).Exp(two, e.a, bigN); !short(e.A, 384); e.A.Lsh(e.A, 1).Mod(e.A, bigN) {
		e.a.Add(e.a, big.NewInt(1))
	}
	for e.challenge == nil || !short(e.number("SALT"), 16) {
		e.pool = newPool(t, challengetest.Config{})
		e.begin(t)
	}

	tests := []struct {
		short string
		is    func(*exchange) bool
		found []exchange // one for each client
	}{
		{short: "A and SALT", is: func(*exchange) bool { return true }},
		{short: "B", is: func(e *exchange) bool { return short(e.number("SRP_B"), 384) }},
		{short: "u", is: func(e *exchange) bool { return short(e.u(), 32) }},
		{short: "S", is: func(e *exchange) bool { return short(e.S(), 384) }},
	}
	for left := len(tests) * len(clients); left > 0; e.begin(t) {
		for i := range tests {
			if tt := &tests[i]; len(tt.found) < len(clients) && tt.is(&e) {
				tt.found = append(tt.found, e)
				left--
				break // a challenge can be answered once
			}
		}
	}

	for i, script := range clients {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			client := startNode(t, ".", nil, script)
			for _, tt := range tests {
				t.Run(tt.short, func(t *testing.T) {
					s := serveAt(t, &tt.found[i])
					s.Ephemeral = fmt.Sprintf("%0256x", e.a)
					got := client.run(t, e.pool, s, nil)
					if got.Error != "" {
						t.Fatal(got.Error)
					}
					checkUser(t, got, "alice")
				})
			}
		})
	}
}
