package store

import "context"

// Setting returns a value that the program keeps about its database, or
// ErrNotFound.
func (db *DB) Setting(ctx context.Context, key string) (string, error) {
	v, err := readOne(ctx, db.read.selectRows, as[string], "SELECT value FROM settings WHERE key = ?", key)
	return wrap(ctx, db, "read setting", v, err)
}

// PutSettingOnce keeps value under key unless there is one, and returns what is
// stored: of several nodes that start at once all get the same.
func (db *DB) PutSettingOnce(ctx context.Context, key, value string) (stored string, err error) {
	_, err = db.write.exec(ctx, "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING", key, value)
	if err != nil {
		return "", db.fail(ctx, "keep setting", err)
	}
	return db.Setting(ctx, key)
}
