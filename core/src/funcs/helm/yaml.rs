//! toYaml, fromYaml and their kin.
