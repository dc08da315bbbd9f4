// Package configs reads what people configure: the settings of one
// installation (mawid.yaml and MAWID_* variables) and a catalogue of
// administrations (safi.yaml is the sample). It knows how these files look and
// finds everything that is wrong with them, with file, line and column.
//
// It must not know what is done with the values: no storage, no HTTP, no clock,
// no zone data of its own. It is the only package that looks at the process
// environment.
package configs
