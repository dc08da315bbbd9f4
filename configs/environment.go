package configs

import "os"

// LoadProcess is Load with the environment of this process.
func LoadProcess(path string) (Settings, error) { return Load(path, os.Environ()) }
