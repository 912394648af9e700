package challengetest

import (
	"encoding/base64"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/srp"
	"github.com/cognito-go/cognitoauth/srp/srptest"
)

// TimestampTolerance is how far TIMESTAMP of a PASSWORD_VERIFIER's answer may
// be from the pool's clock. That the service refuses a wrong clock is known;
// this tolerance is not known, it is the usual one of AWS signatures.
const TimestampTolerance = 5 * time.Minute

// secretBlockSize is what the service's SECRET_BLOCK decodes to for an SRP_A
// of full length (radkawar/stackd, captured 2026-09-24).
const secretBlockSize = 1928

func startSRP(c *call) (*authReply, error) {
	if err := c.require("USERNAME", "SRP_A"); err != nil {
		return nil, err
	}
	if err := c.identify(); err != nil {
		return nil, err
	}
	return c.ask(types.ChallengeNameTypePasswordVerifier)
}

type passwordVerifier struct{}

// A proof is what the answer to a PASSWORD_VERIFIER is checked against.
type proof struct {
	a         string // SRP_A
	server    *srptest.Server
	challenge srp.Challenge
}

func (passwordVerifier) issue(c *call, s *session) (map[string]string, error) {
	if err := c.mustBeConfirmed(); err != nil {
		return nil, err
	}
	name, record := c.signIn.typed, srpRecord{}
	if u := c.signIn.user; u != nil {
		name, record = u.name, u.srp
	} else {
		record = c.pretend(name)
	}
	params, err := c.beginProof(s, srp.Challenge{Scope: c.scope, Identity: name}, record)
	if err != nil {
		return nil, err
	}
	c.blocks.put(params["SECRET_BLOCK"], s)
	params["USERNAME"] = name
	params["USER_ID_FOR_SRP"] = name
	return params, nil
}

// beginProof prepares s for the proof that is begun with SRP_A, and returns the
// parameters that every such challenge has. whose says the scope and the
// identity.
func (c *call) beginProof(s *session, whose srp.Challenge, record srpRecord) (map[string]string, error) {
	if c.session != nil {
		c.session.spent = true // before another answer gets in
	}
	var server *srptest.Server
	var err error
	c.unlocked(func() {
		var verifier []byte
		if verifier, err = record.verifier(); err == nil {
			server, err = srptest.NewServer(verifier)
		}
	})
	if err != nil {
		return nil, err
	}
	block := base64.StdEncoding.EncodeToString(random(secretBlockSize))
	whose.Salt, whose.B, whose.SecretBlock = record.salt, server.B(), block
	s.proof = proof{c.params["SRP_A"], server, whose}
	return map[string]string{
		"SALT":         record.salt,
		"SRP_B":        server.B(),
		"SECRET_BLOCK": block,
	}, nil
}

// openBlock finds the challenge that the request answers by its SECRET_BLOCK.
func (c *call) openBlock() error {
	if err := c.require("PASSWORD_CLAIM_SECRET_BLOCK"); err != nil {
		return err
	}
	s, ok := c.blocks.get(c.params["PASSWORD_CLAIM_SECRET_BLOCK"])
	if ok && s.signIn.flow != types.AuthFlowTypeUserSrpAuth {
		return missingParameter("Session") // there was one
	}
	if !ok || s.signIn.client != c.client || c.usable(s) != nil || !c.belongsTo(s.signIn, c.params["USERNAME"]) {
		return badCredentials // nobody's failure
	}
	c.session, c.signIn = s, s.signIn
	return nil
}

func (passwordVerifier) answer(c *call) (*authReply, error) {
	if err := c.requireProof(); err != nil {
		return nil, err
	}
	if err := c.judge(c.proven); err != nil {
		return nil, err
	}
	return c.proceed()
}

func (c *call) requireProof() error {
	return c.require("PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP")
}

// proven judges the proof in the answer.
func (c *call) proven() bool {
	p := c.session.proof
	if c.params["PASSWORD_CLAIM_SECRET_BLOCK"] != p.challenge.SecretBlock {
		return false
	}
	// Spent by any verdict: a client that was refused has to start again, and
	// no second call gets in while the proof is being checked.
	c.session.spent = true

	// The signature must be over the time as the service writes it: with a
	// padded day or the wrong weekday it is refused (measured in ministack's
	// pull request 1758).
	at, err := time.Parse("Mon Jan 2 15:04:05 MST 2006", c.params["TIMESTAMP"])
	if err != nil || at.Sub(c.now).Abs() > TimestampTolerance {
		return false
	}
	signature := c.params["PASSWORD_CLAIM_SIGNATURE"]
	c.unlocked(func() { err = p.server.Verify(p.a, p.challenge, srp.Timestamp(at), signature) })
	return err == nil
}
