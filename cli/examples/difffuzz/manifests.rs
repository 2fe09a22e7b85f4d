//! Random files of manifests: separators, kinds, hooks, and what is not a manifest.

use crate::random::Random;

const KINDS: &[&str] = &[
    "ConfigMap",
    "Job",
    "Pod",
    "Service",
    "Deployment",
    "Secret",
    "CustomResourceDefinition",
    "Namespace",
    "Role",
    "RoleBinding",
    "RoleList",
    "Ingress",
    "APIService",
    "Unknown",
    "configmap",
    "",
    "1",
    "StatefulSet",
    "PodDisruptionBudget",
    "ServiceAccount",
    "PersistentVolumeClaim",
    "CronJob",
    "HorizontalPodAutoscaler",
    "ClusterRole",
    "List",
    "IngressClass",
    "PriorityClass",
    "StorageClass",
    "NetworkPolicy",
    "ValidatingWebhookConfiguration",
    "Widget",
    "null",
    "LimitRange",
    "DaemonSet",
];

/// A file of documents.
pub fn manifest(random: &mut Random) -> String {
    let mut text = String::new();
    if random.chance(30) {
        text += random.pick(&[
            "---\n",
            "\n---\n",
            "# c\n---\n",
            "\n\n",
            "--- \n",
            "---\n---\n",
            "# lead\n",
            "{{/* x */}}\n",
            "\u{feff}",
            "  ---\n",
            "---   # c\n",
            "---\r\n",
            "%YAML 1.2\n---\n",
        ]);
    }
    for index in 0..1 + random.below(4) {
        if index > 0 {
            text += random.pick(&[
                "---\n",
                "\n---\n",
                "---\n\n",
                "--- \n",
                "---# c\n",
                "--- # c\n",
                "---\n---\n",
                "----\n",
                " ---\n",
                "---\n# only a comment\n---\n",
                "---\r\n",
                "---x\n",
                "...\n---\n",
                "---\t\n",
                "\n\n---\n\n",
                "--- a: b\n",
                "---\n{{- if false }}x{{ end }}\n---\n",
            ]);
        }
        document(random, &mut text);
    }
    if random.chance(20) {
        text += random.pick(&["---", "---\n", "\n\n\n", "# end\n", "...\n", "   ", "\t", "--- ", "\r\n"]);
    }
    text
}

fn document(random: &mut Random, out: &mut String) {
    if random.chance(10) {
        *out += random.pick(&[
            "# comment\n",
            "\n",
            "x\n",
            "- a\n- b\n",
            "a: [\n",
            "null\n",
            "{}\n",
            "{{ fail \"x\" }}\n",
            "a: b\n  c: d\n",
            "\t\n",
            "5\n",
            "{kind: Pod}\n",
            "a: 1\na: 2\n",
            "kind: {a: b}\n",
            "metadata: []\n",
            "metadata: {annotations: []}\n",
            "metadata: {annotations: {a: 1}}\n",
            "{\"kind\": \"Pod\", \"metadata\": {\"name\": \"j\"}}\n",
            "? x\n",
            "kind: Pod\nmetadata: text\n",
            "kind: [Pod]\n",
            "metadata: {annotations: {helm.sh/hook: 5}}\n",
            "metadata: {annotations: null}\n",
            "apiVersion: 1\nkind: Pod\n",
            "!!map {kind: Pod}\n",
            "kind: 2024-01-01\n",
            "metadata: {name: 1, annotations: {helm.sh/hook: test}}\n",
        ]);
        return;
    }
    if random.chance(95) {
        *out +=
            &format!("apiVersion: {}\n", random.pick(&["v1", "apps/v1", "batch/v1", "\"\"", "x", "v1 # c"]));
    }
    if random.chance(96) {
        *out += &format!("kind: {}\n", random.pick(KINDS));
    }
    if random.chance(95) {
        *out += &format!(
            "metadata:\n  name: {}\n",
            random.pick(&[
                "a",
                "b",
                "z-1",
                "1",
                "\"x\"",
                "{{ .Release.Name }}",
                "{{ .Values.nope }}",
                "true",
                "null",
                "2024-01-01"
            ])
        );
        if random.chance(40) {
            *out += "  annotations:\n";
            for _ in 0..1 + random.below(3) {
                *out += random.pick(&[
                    "    x: y\n",
                    "    \"helm.sh/hook\": pre-install\n",
                    "    helm.sh/hook: post-install,pre-upgrade\n",
                    "    helm.sh/hook: test\n",
                    "    helm.sh/hook: test-success\n",
                    "    helm.sh/hook: \" Pre-Install , post-delete\"\n",
                    "    helm.sh/hook: crd-install\n",
                    "    helm.sh/hook: bogus\n",
                    "    helm.sh/hook: \"\"\n",
                    "    helm.sh/hook: pre-install,bogus\n",
                    "    helm.sh/hook-weight: \"5\"\n",
                    "    helm.sh/hook-weight: \"-3\"\n",
                    "    helm.sh/hook-weight: x\n",
                    "    helm.sh/hook-weight: 5\n",
                    "    helm.sh/hook-delete-policy: hook-succeeded, before-hook-creation\n",
                    "    helm.sh/hook-delete-policy: bogus\n",
                    "    helm.sh/hook: test-failure\n",
                    "    helm.sh/hook: post-rollback\n",
                    "    helm.sh/resource-policy: keep\n",
                    "    helm.sh/hook: [a]\n",
                    "    helm.sh/hook: null\n",
                    "    helm.sh/hook-output-log-policy: hook-failed\n",
                    "    y: true\n",
                    "    helm.sh/hook: ,\n",
                    "    helm.sh/hook: pre-install,,pre-install\n",
                ]);
            }
        }
    }
    if random.chance(40) {
        *out += random.pick(&[
            "data: {a: b}\n",
            "spec:\n  x: |\n    text\n    ---\n    more\n",
            "data:\n  k: {{ .Values | toJson | quote }}\n",
            "# trailing\n",
            "items: []\n",
            "items: [{kind: Pod}]\n",
            "x: \"\n---\n\"\n",
            "v: {{ toYaml .Values | nindent 2 }}\n",
            "s: {{ .Files.Glob \"*\" | toYaml | nindent 2 }}\n",
            "d: {{ include \"x\" . }}\n",
            "t: {{ .Values.conf.a }}\n",
            "u: {{ required \"need it\" .Values.nope }}\n",
            "c: {{ .Capabilities.APIVersions.Has \"x/v1\" }} {{ .Capabilities.KubeVersion }}\n",
            "r: {{ .Release.IsUpgrade }} {{ .Release.Revision }}\n",
            "f: {{ .Files.Get \"README.md\" }}\n",
            "l: {{ lookup \"v1\" \"Pod\" \"\" \"\" }}\n",
            "trail: x  \n\n\n",
        ]);
    }
}
