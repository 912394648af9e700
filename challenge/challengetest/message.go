package challengetest

import (
	"crypto/rand"
	"crypto/subtle"
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

	// Destination is masked, as in CODE_DELIVERY_DESTINATION.
	Destination string

	// Code is the code in the message.
	Code challenge.Secret
}

// messageCode is a challenge that asks for the code of a message.
type messageCode struct {
	name   types.ChallengeNameType
	medium string
	key    string // of the answer
}

func (m messageCode) issue(c *call, s *session) (map[string]string, error) {
	u := c.signIn.user
	to := u.attributes[factorAttribute[m.name]]
	if c.signIn.newEmail != "" {
		to = c.signIn.newEmail
	}
	s.code = newCode()
	u.newestCode[m.name] = s
	message := Message{u.name, m.medium, mask(to), challenge.NewSecret(s.code)}
	c.outbox = append(c.outbox, message)
	c.sent = append(c.sent, message)
	return map[string]string{
		"CODE_DELIVERY_DELIVERY_MEDIUM": m.medium,
		"CODE_DELIVERY_DESTINATION":     message.Destination,
	}, nil
}

func (m messageCode) answer(c *call) (*authReply, error) {
	if err := c.require(m.key); err != nil {
		return nil, err
	}
	u := c.signIn.user
	if u.newestCode[m.name] != c.session || subtle.ConstantTimeCompare([]byte(c.params[m.key]), []byte(c.session.code)) == 0 {
		return nil, badMessageCode
	}
	if c.signIn.newEmail != "" {
		given := map[string]string{"email": c.signIn.newEmail, "email_verified": "true"}
		if err := c.setAttributes(u, given); err != nil {
			return nil, err
		}
		u.activate(m.name)
	}
	c.signIn.secondFactor = true
	return c.proceed()
}

// newCode returns six random digits.
func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // unreachable: crypto/rand doesn't fail
	}
	return fmt.Sprintf("%06d", n)
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
