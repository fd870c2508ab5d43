package trouble

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestShow(t *testing.T) {
	for _, rel := range []string{"1.43"} {
		cs := failing(t, rel)
		for i := range cs {
			c := &cs[i]
			if !strings.Contains(os.Getenv("SHOW"), " "+c.ID+" ") {
				continue
			}
			d := c.diagnose(t, vectorReleases[rel])
			fmt.Println("=====", c.ID, d.Text)
			for _, e := range d.Entries {
				fmt.Printf("## %s [%s] %s (%s)\n   verify: %s\n", e.ID, e.Step, e.Title, e.Confidence, e.Verify)
				for _, ca := range e.Causes {
					fmt.Printf(" - %s: %s\n   FIX %s\n", ca.ID, ca.Text, ca.Fix)
					for _, cm := range ca.Commands {
						fmt.Printf("   $%s: %s\n", cm.Lang, strings.ReplaceAll(cm.Text, "\n", "\n         "))
					}
					if ca.Changes != nil {
						b, _ := json.Marshal(ca.Changes)
						fmt.Println("   CHANGES", string(b))
					}
				}
			}
		}
	}
}
