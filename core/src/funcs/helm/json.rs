//! toJson, fromJson and their kin.
