package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// demo signs alice in for the first time, in a pool that it makes, and prints
// each step. The calls go through the AWS SDK's client, and the pool checks
// every answer.
func demo(ctx context.Context, out io.Writer) error {
	const name = "alice"
	temporary := newPassword()
	app := challengetest.AppClient{
		ID:        "demo",
		Secret:    newPassword(),
		AuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserSrpAuth},
	}
	pool, err := challengetest.NewPool(challengetest.Config{
		UserPoolID: "eu-west-1_Demo12345",
		Clients:    []challengetest.AppClient{app},
		MFA:        types.UserPoolMfaTypeOn,
		Users: []challengetest.User{{
			Username: name, Password: temporary, Temporary: true,
			Attributes:         map[string]string{"email": "alice@example.com"},
			RequiredAttributes: []string{"name"},
		}},
	})
	if err != nil {
		return err
	}
	sdk := pool.Client()
	alice := &robot{out: out, pool: pool, sdk: sdk}
	client, err := challenge.New(challenge.Config{
		UserPoolID:   pool.UserPoolID(),
		ClientID:     app.ID,
		ClientSecret: app.Secret,
		Transport:    &transcript{Transport: challenge.Public(sdk), sending: alice.print},
	})
	if err != nil {
		return err
	}

	fmt.Fprintf(out, "User pool %s, in memory. Alice signs in for the first time.\n", pool.UserPoolID())
	fmt.Fprintf(out, "Every call also carries USERNAME and SECRET_HASH, and the session once there is one.\n\n")
	tokens, err := converse(ctx, client, challenge.UserSRP{Username: name, Password: temporary}, alice.answer)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s\n", signedIn(tokens))
	return nil
}

// newPassword returns a password that satisfies Cognito's default policy.
func newPassword() challenge.Secret { return challenge.NewSecret("Aa1!" + rand.Text()) }

// robot answers what the pool of the demonstration asks, and prints it.
type robot struct {
	out  io.Writer
	pool *challengetest.Pool
	sdk  challenge.SoftwareTokenAPI

	// asked says in words what the challenge in hand asks.
	asked string
}

// answer fills in a challenge. It is an [answerer].
func (r *robot) answer(ctx context.Context, c challenge.Challenge, _ error) error {
	switch c := c.(type) {
	case *challenge.NewPasswordRequired:
		r.asked = "choose a password, and tell your " + strings.Join(c.RequiredAttributes, ", ")
		c.NewPassword = newPassword()
		c.Attributes = map[string]string{"name": "Alice Liddell"}
		return nil
	case *challenge.MFASetup:
		return r.enrol(ctx, c)
	default:
		return fmt.Errorf("the pool asks %s, which is no part of the demonstration", c.Name())
	}
}

// enrol sets up an authenticator app, for which the pool stands in.
func (r *robot) enrol(ctx context.Context, c *challenge.MFASetup) error {
	r.asked = fmt.Sprintf("set up one of %v", c.CanSetup)
	token, err := c.AssociateSoftwareToken(ctx, r.sdk)
	if err != nil {
		return err
	}
	fmt.Fprintf(r.out, "\nFor Alice's authenticator app, otpauth://totp/...?secret=%s:\n", mask)
	if err := drawQR(r.out, token.URI("cognitoauth demo", c.Username)); err != nil {
		return err
	}
	code, err := r.pool.TOTPCode(c.Username)
	if err != nil {
		return err
	}
	if err := c.VerifySoftwareToken(ctx, r.sdk, code, "Alice's phone"); err != nil {
		return err
	}
	fmt.Fprintf(r.out, "The app shows %s, and the pool verified it.\n\n", mask)
	return nil
}

// mask stands for a secret.
const mask = "***"

// automatic says what the steps ask that need no person.
var automatic = map[string]string{
	"USER_SRP_AUTH":     "(Alice begins)",
	"PASSWORD_VERIFIER": "prove the password, without sending it",
}

// print prints a step when its answer is about to be sent.
func (r *robot) print(name string, values challenge.Params) {
	asked, ok := automatic[name]
	if !ok {
		asked = r.asked
	}
	var sent []string
	for _, key := range values.Keys() {
		switch {
		case key == "USERNAME" || key == "SECRET_HASH":
		case key == "TIMESTAMP" || strings.HasPrefix(key, "userAttributes."):
			sent = append(sent, fmt.Sprintf("%s=%q", key, values.Get(key)))
		default:
			sent = append(sent, key+"="+mask)
		}
	}
	if sent == nil {
		sent = []string{"the session in which it was verified"}
	}
	fmt.Fprintf(r.out, "%-21s  %s -> %s\n", name, asked, strings.Join(sent, " "))
}
