package challengetest

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"math/big"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

// A Message is a code that the pool sent to a user.
type Message struct {
	// Username is the user name, not an alias.
	Username string

	// Medium is SMS or EMAIL, as in CODE_DELIVERY_DELIVERY_MEDIUM.
	Medium string

	// Destination is masked, as in CODE_DELIVERY_DESTINATION: a***@e*** or
	// +*******0100.
	Destination string

	// Code is the code in the message: 8 digits for a first factor, else 6.
	Code challenge.Secret
}

// messageCode is a challenge that asks for the code of a message. EMAIL_OTP is
// one thing in two roles, first and second factor.
type messageCode struct {
	name      types.ChallengeNameType
	medium    string
	attribute string // says where the message goes
	key       string // of the answer
}

// Lengths of codes: as a first factor 8 digits (aws-amplify/amplify-js#14428),
// else 6.
const (
	firstFactorDigits  = 8
	secondFactorDigits = 6
)

func (m messageCode) issue(c *call, s *session) (map[string]string, error) {
	u := c.signIn.user
	if u == nil {
		return m.params(c.pretendAddress(m.attribute, c.signIn.typed)), nil
	}
	to := u.attributes[m.attribute]
	if c.signIn.newEmail != "" {
		to = c.signIn.newEmail
	}
	digits := secondFactorDigits
	if c.signIn.choosing() {
		digits = firstFactorDigits
	}
	s.code = newCode(digits)
	u.newestCode[m.name] = s
	message := Message{u.name, m.medium, mask(to), challenge.NewSecret(s.code)}
	c.outbox = append(c.outbox, message)
	c.sent = append(c.sent, message)
	return m.params(to), nil
}

func (m messageCode) params(to string) map[string]string {
	return map[string]string{
		"CODE_DELIVERY_DELIVERY_MEDIUM": m.medium,
		"CODE_DELIVERY_DESTINATION":     mask(to),
	}
}

// pretendAddress returns where a user that is not there might get messages:
// what was typed, if it is an address, else one that is always the same for a
// name. Only its mask is shown.
func (p *pool) pretendAddress(attribute, name string) string {
	if attribute == "email" {
		if strings.Contains(name, "@") {
			return name
		}
		return string('a'+p.seed(name)[0]%26) + "@" + string('a'+p.seed(name)[1]%26)
	}
	if strings.HasPrefix(name, "+") {
		return name
	}
	return fmt.Sprintf("%04d", binary.BigEndian.Uint16(p.seed(name))%10_000)
}

func (m messageCode) answer(c *call) (*authReply, error) {
	if err := c.require(m.key); err != nil {
		return nil, err
	}
	u := c.signIn.user
	if err := c.judgeCode(func() error {
		if u == nil || u.newestCode[m.name] != c.session || subtle.ConstantTimeCompare([]byte(c.params[m.key]), []byte(c.session.code)) == 0 {
			return badMessageCode
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if c.signIn.newEmail != "" {
		given := map[string]string{"email": c.signIn.newEmail, "email_verified": "true"}
		if err := c.setAttributes(u, given); err != nil {
			return nil, err
		}
		u.activate(m.name)
	}
	if c.signIn.choosing() {
		if err := c.setAttributes(u, map[string]string{m.attribute + "_verified": "true"}); err != nil {
			return nil, err
		}
		u.status = types.UserStatusTypeConfirmed // where it was not (developer guide)
	}
	c.signIn.secondFactor = true // after a code as first factor, none is asked for
	return c.proceed()
}

// newCode returns random digits.
func newCode(digits int) string {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	n, err := rand.Int(rand.Reader, limit)
	if err != nil {
		panic(err) // unreachable: crypto/rand doesn't fail
	}
	return fmt.Sprintf("%0*d", digits, n)
}

// mask hides most of an e-mail address or phone number, as the service does:
// t***@e*** in its API reference, +*******9088 in aws-amplify/amplify-js#6461.
func mask(destination string) string {
	if user, host, ok := strings.Cut(destination, "@"); ok {
		return first(user) + "***@" + first(host) + "***"
	}
	return "+*******" + destination[max(0, len(destination)-4):]
}

func first(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}
