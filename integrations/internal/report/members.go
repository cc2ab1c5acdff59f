package report

// Members streams a document that is one JSON object: member is called with each name, and must consume the value.
func Members(d Document, member func(dec *Decoder, name string) error) error {
	return JSON(d, func(dec *Decoder) error {
		return EachMember(dec, func(name string) error { return member(dec, name) })
	})
}
