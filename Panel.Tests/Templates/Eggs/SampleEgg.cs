using System.Text.Json.Nodes;

namespace Panel.Tests.Templates.Eggs;

/// <summary>An egg of a game that there is not, with something in each of its places.</summary>
static class SampleEgg
{
    public const string Text = """
        {
            "_comment": "kept as it is",
            "meta": { "version": "PTDL_v2", "update_url": "https://eggs.example/sample.json" },
            "exported_at": "2026-01-02T03:04:05+00:00",
            "name": "Sample game",
            "author": "ann@example.org",
            "uuid": "7d3b2f86-3a60-4a35-8a7d-0d5f1f0d2c11",
            "description": "A game that there is not <script>alert(1)</script>",
            "features": ["eula", "flying_saucers"],
            "docker_images": { "Newest": "ghcr.io/example/yolks:debian", "Own": "~registry.example/sample:1" },
            "file_denylist": ["secret/*.key"],
            "startup": "./sample --port {{SERVER_PORT}} --name \"{{SERVER_NAME}}\" {{NOBODY}}",
            "config": {
                "files": "{\r\n    \"sample.properties\": {\r\n        \"parser\": \"properties\",\r\n        \"find\": {\r\n            \"port\": \"{{server.build.default.port}}\",\r\n            \"token\": \"{{config.token}}\",\r\n            \"slots\": 20\r\n        }\r\n    },\r\n    \"hosts.yml\": { \"parser\": \"yaml\", \"find\": { \"servers.*.address\": { \"regex:^(127\\\\.0\\\\.0\\\\.1|localhost)(:\\\\d{1,5})?$\": \"{{config.docker.interface}}$2\" } } },\r\n    \"odd.toml\": { \"parser\": \"toml\", \"find\": { \"a\": \"b\" } }\r\n}",
                "startup": "{\r\n    \"done\": \"Ready to play\", \"strip_ansi\": true\r\n}",
                "logs": "{}",
                "stop": "^^C"
            },
            "scripts": { "installation": { "script": "#!/bin/bash\r\napt -y install curl\r\ncurl -o sample \"https://games.example/${VERSION}\"\r\necho 🎮\r\n", "container": "ghcr.io/example/installers:debian", "entrypoint": "bash" } },
            "variables": [
                { "name": "Server name", "description": "What players see", "env_variable": "SERVER_NAME", "default_value": "A sample", "user_viewable": true, "user_editable": true, "rules": "required|string|max:20", "field_type": "text" },
                { "name": "Query port", "description": "", "env_variable": "QUERY_PORT", "default_value": "27015", "user_viewable": true, "user_editable": false, "rules": "required|integer|between:1,65535", "field_type": "text" },
                { "name": "RCON password", "description": "", "env_variable": "RCON_PASSWORD", "default_value": "", "user_viewable": false, "user_editable": true, "rules": "nullable|string|regex:/^(a|b)+$/|in_the_mood", "field_type": "text", "later": { "unknown": [1, null] } }
            ]
        }
        """;

    /// <summary>The egg with a part of it changed.</summary>
    public static string With(Action<JsonObject> change)
    {
        var egg = JsonNode.Parse(Text)!.AsObject();
        change(egg);
        return egg.ToJsonString();
    }

    /// <summary>A variable that people see and change.</summary>
    public static JsonObject Variable(string name, string value, string rules) => new()
    {
        ["name"] = name,
        ["description"] = "",
        ["env_variable"] = name,
        ["default_value"] = value,
        ["user_viewable"] = true,
        ["user_editable"] = true,
        ["rules"] = rules,
        ["field_type"] = "text",
    };
}
