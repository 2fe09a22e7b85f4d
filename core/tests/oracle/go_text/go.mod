module go_text

go 1.26

// Each Helm has its own release of the library; the first path element only tells them apart.
require (
	a.test/semver/v3 v3.3.0
	b.test/semver/v3 v3.4.0
	c.test/semver/v3 v3.5.0
	github.com/gobwas/glob v0.2.3
)

replace a.test/semver/v3 => github.com/Masterminds/semver/v3 v3.3.0

replace b.test/semver/v3 => github.com/Masterminds/semver/v3 v3.4.0

replace c.test/semver/v3 => github.com/Masterminds/semver/v3 v3.5.0
