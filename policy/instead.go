package policy

import (
	"context"

	"github.com/defectgate/defectgate/gate"
)

// Instead makes the engine of a recorded decision with other policies: these sets beside the built-in rules of this program, and of the recorded
// settings those that they have.
func Instead(ctx context.Context, v gate.Evaluator, sets []Set) (*Engine, error) {
	l, err := loadWithBuiltin(sets, false)
	if err != nil {
		return nil, err
	}
	recorded, err := settingsOf(v)
	if err != nil {
		return nil, err
	}
	flat, err := mergeSettings(l.defaults, recorded.of(l.defaults), "", nil)
	if err != nil {
		return nil, err
	}
	return l.engineOf(ctx, flat, Limits{})
}

// of leaves out what others do not have: rules, and settings of rules.
func (s settings) of(others settings) settings {
	kept := settings{}
	for category, rules := range s {
		kept[category] = map[string]map[string]any{}
		for name, values := range rules {
			for key, value := range values {
				if _, known := others[category][name][key]; !known {
					continue
				}
				if kept[category][name] == nil {
					kept[category][name] = map[string]any{}
				}
				kept[category][name][key] = value
			}
		}
		if len(kept[category]) == 0 {
			delete(kept, category)
		}
	}
	return kept
}
