package waivers

import "go.yaml.in/yaml/v3"

// IsAttestations reports whether a file is one of attestations rather than of
// waivers, by its first key; a file that cannot be read as YAML is neither.
func IsAttestations(data []byte) bool {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil || len(document.Content) == 0 {
		return false
	}
	root := document.Content[0]
	return root.Kind == yaml.MappingNode && len(root.Content) > 0 && root.Content[0].Value == "attestations"
}
