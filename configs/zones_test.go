package configs_test

import (
	"errors"
	"time"
)

// zones knows two zones and nothing about their clocks.
type zones struct{}

func (zones) Load(name string) (*time.Location, error) {
	switch name {
	case "Africa/Casablanca", "Europe/Paris", "UTC":
		return time.UTC, nil
	}
	return nil, errors.New("unknown")
}

func (zones) Version() string { return "test" }
