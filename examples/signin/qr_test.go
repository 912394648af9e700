package main

import (
	"strings"
	"testing"

	"rsc.io/qr"

	"github.com/cognito-go/cognitoauth/challenge"
)

// What is drawn has every module of the code, and a margin.
func TestDrawQR(t *testing.T) {
	t.Parallel()
	const text = "otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example"
	var b strings.Builder
	if err := drawQR(&b, challenge.NewSecret(text)); err != nil {
		t.Fatal(err)
	}
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(rows) != (code.Size+2*quiet+1)/2 {
		t.Fatalf("got %d rows for %d modules", len(rows), code.Size)
	}
	for row, characters := range rows {
		modules := []rune(characters)
		if len(modules) != code.Size+2*quiet {
			t.Fatalf("got %d columns for %d modules", len(modules), code.Size)
		}
		for column, c := range modules {
			x, y := column-quiet, 2*row-quiet
			top, bottom := c == ' ' || c == '▄', c == ' ' || c == '▀'
			if top != code.Black(x, y) || bottom != code.Black(x, y+1) {
				t.Errorf("got %q at column %d of row %d", c, column, row)
			}
		}
	}
}
