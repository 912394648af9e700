package challenge_test

import (
	"context"
	"errors"

	"github.com/cognito-go/cognitoauth/challenge"
)

// script is a stand-in transport: it returns its replies one after another and
// keeps the requests.
type script struct {
	replies   []any // *challenge.Reply or error
	initiated []challenge.InitiateRequest
	responded []challenge.RespondRequest
}

func (s *script) next() (*challenge.Reply, error) {
	if len(s.replies) == 0 {
		return nil, errors.New("the script has no more replies")
	}
	r := s.replies[0]
	s.replies = s.replies[1:]
	if err, ok := r.(error); ok {
		return nil, err
	}
	return r.(*challenge.Reply), nil
}

func (s *script) Initiate(_ context.Context, r challenge.InitiateRequest) (*challenge.Reply, error) {
	s.initiated = append(s.initiated, r)
	return s.next()
}

func (s *script) Respond(_ context.Context, r challenge.RespondRequest) (*challenge.Reply, error) {
	s.responded = append(s.responded, r)
	return s.next()
}
