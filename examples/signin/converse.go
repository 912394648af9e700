package main

import (
	"context"
	"errors"

	"github.com/cognito-go/cognitoauth/challenge"
)

// An answerer fills in the challenge c. refused is nil the first time; then,
// should the answer be wrong, it says why, and c is the same challenge.
type answerer func(ctx context.Context, c challenge.Challenge, refused error) error

// converse starts a sign-in and answers what Cognito asks until there are
// tokens. The options go with every call.
func converse(ctx context.Context, client *challenge.Client, flow challenge.Flow, answer answerer, optFns ...func(*challenge.CallOptions)) (*challenge.Tokens, error) {
	step, err := client.Start(ctx, flow, optFns...)
	for err == nil {
		switch s := step.(type) {
		case *challenge.Tokens:
			return s, nil
		case challenge.Challenge:
			step, err = respond(ctx, client, s, answer, optFns)
		}
	}
	return nil, err
}

// maxTries is how often one challenge is answered.
const maxTries = 3

// respond has c filled in and sends it, once more when the answer is refused
// and Cognito takes another one.
func respond(ctx context.Context, client *challenge.Client, c challenge.Challenge, answer answerer, optFns []func(*challenge.CallOptions)) (challenge.Step, error) {
	var refused error
	for range maxTries {
		err := answer(ctx, c, refused)
		if errors.Is(err, errInputEnded) && refused != nil {
			// Nobody is there to answer again. What was wrong with the last
			// answer says more than that.
			return nil, refused
		}
		if err == nil {
			var step challenge.Step
			if step, err = client.Respond(ctx, c, optFns...); err == nil {
				return step, nil
			}
		}
		if !challenge.AskAgain(err) {
			return nil, err
		}
		refused = err
	}
	return nil, refused
}
