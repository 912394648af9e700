package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/logging"
)

// dialTimeout is how long to wait for a connection. The SDK's own 30 seconds,
// three times over, are long for somebody who watches.
const dialTimeout = 5 * time.Second

// connect returns the SDK's client. It makes no call, except for -api admin
// where the SDK has to fetch the credentials from somewhere.
func connect(ctx context.Context, o *options) (*cip.Client, error) {
	load := []func(*config.LoadOptions) error{
		config.WithRegion(o.region),
		config.WithLogger(logging.Nop{}), // What goes wrong is told once, as an error.
		config.WithHTTPClient(awshttp.NewBuildableClient().WithDialerOptions(func(d *net.Dialer) {
			d.Timeout = dialTimeout
		})),
	}
	if o.api == "public" {
		// Whoever signs in has no credentials, and the public operations take
		// no signature, so the SDK shall not look for any.
		load = append(load, config.WithCredentialsProvider(aws.AnonymousCredentials{}))
	}
	loaded, err := config.LoadDefaultConfig(ctx, load...)
	if err != nil {
		return nil, fmt.Errorf("the AWS configuration can't be used: %w", err)
	}
	if o.api == "admin" {
		// Now, rather than in the first call, where it would look like a
		// failure to reach Cognito.
		if _, err := loaded.Credentials.Retrieve(ctx); err != nil {
			return nil, fmt.Errorf("-api admin needs AWS credentials, and the SDK found none: %w", err)
		}
	}
	return cip.NewFromConfig(loaded, func(c *cip.Options) {
		if o.endpoint != "" {
			c.BaseEndpoint = aws.String(o.endpoint)
		}
	}), nil
}
