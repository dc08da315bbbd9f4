package notifier

import "context"

// Check greets the server and signs in, and sends nothing. The error names
// neither the password nor the address.
func (s *SMTP) Check(ctx context.Context) error {
	c, err := s.connect(ctx)
	if err != nil {
		return withoutText(err)
	}
	defer c.Close()
	return c.Quit()
}
