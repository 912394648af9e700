package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

// transcript is a Transport that writes down the one sign-in that goes through
// it: also the challenges that the library answers by itself.
type transcript struct {
	challenge.Transport

	// steps are the challenges that Cognito issued, in their order.
	steps []types.ChallengeNameType

	// sending, unless it is nil, is told the name of the flow that is about to
	// be started, or of the challenge that is about to be answered.
	sending func(name string, values challenge.Params)
}

func (t *transcript) Initiate(ctx context.Context, r challenge.InitiateRequest) (*challenge.Reply, error) {
	if t.sending != nil {
		t.sending(string(r.Flow), r.Parameters)
	}
	reply, err := t.Transport.Initiate(ctx, r)
	t.received(reply)
	return reply, err
}

func (t *transcript) Respond(ctx context.Context, r challenge.RespondRequest) (*challenge.Reply, error) {
	if t.sending != nil {
		t.sending(string(r.Challenge), r.Responses)
	}
	reply, err := t.Transport.Respond(ctx, r)
	t.received(reply)
	return reply, err
}

func (t *transcript) received(reply *challenge.Reply) {
	switch {
	case reply == nil: // the call failed
	case reply.Challenge != "":
		t.steps = append(t.steps, reply.Challenge)
	case len(reply.AvailableChallenges) > 0: // Cognito may leave out the name of this one.
		t.steps = append(t.steps, types.ChallengeNameTypeSelectChallenge)
	}
}
