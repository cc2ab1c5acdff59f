module github.com/defectgate/defectgate

go 1.26.0

require (
	github.com/go-json-experiment/json v1.27.2
	github.com/package-url/packageurl-go v0.1.7
	github.com/pandatix/go-cvss v0.6.4
	github.com/stretchr/testify v1.12.1
)

require go.yaml.in/yaml/v3 v3.0.6 // indirect
