using System.CommandLine;

namespace LumenLink.Cli.Authority;

/// <summary>
/// The options that say where keys are and where passphrase or PIN comes from. Neither is ever an argument.
/// </summary>
/// <param name="openInput">Standard input, for a file named "-".</param>
/// <param name="environment">Looks a variable up.</param>
/// <param name="ask">Asks whoever sits at the terminal, unseen; null without a terminal.</param>
internal sealed class KeyOptions(
    Func<Stream> openInput, Func<string, string?> environment, Func<string, string?> ask)
{
    /// <summary>Where the passphrase may lie in the environment.</summary>
    public const string PassphraseVariable = "LUMENLINK_CA_PASSPHRASE";

    /// <summary>Where the token's PIN may lie in the environment.</summary>
    public const string PinVariable = "LUMENLINK_CA_PIN";

    private readonly Dictionary<string, string> secrets = [];

    private readonly Option<string?> passphraseFile = new("--passphrase-file")
    {
        Description = "file whose first line is the passphrase of the keys, - for standard input; else "
            + $"${PassphraseVariable}, else it is asked for",
        HelpName = "FILE|-",
    };

    private readonly Option<string?> module = new("--pkcs11-module")
    {
        Description = "PKCS#11 module (shared library) of the token that holds the keys; else keys are encrypted files",
        HelpName = "FILE",
    };

    private readonly Option<string?> tokenLabel = new("--token-label")
    {
        Description = "label of the token; a CA that is there knows it",
        HelpName = "LABEL",
    };

    private readonly Option<string?> pinFile = new("--pin-file")
    {
        Description = $"file whose first line is the token's PIN, - for standard input; else ${PinVariable}, else it "
            + "is asked for",
        HelpName = "FILE|-",
    };

    private readonly Option<string?> rootPassphraseFile = new("--root-passphrase-file")
    {
        Description = "the same for the key of an existing root, if its passphrase is another",
        HelpName = "FILE|-",
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command, bool hasRoot)
    {
        command.Options.Add(passphraseFile);
        command.Options.Add(module);
        command.Options.Add(tokenLabel);
        command.Options.Add(pinFile);
        if (hasRoot)
            command.Options.Add(rootPassphraseFile);
    }

    /// <summary>The store for keys that are made.</summary>
    public IKeyStore ForNew(ParseResult parsed, AuthorityFolder folder)
    {
        if (parsed.GetValue(module) is not { } path)
        {
            return new FileKeyStore(
                folder.Path, () => Secret(
                    parsed, passphraseFile, PassphraseVariable, $"New passphrase of {folder.Path}", isNew: true));
        }

        return Pkcs11KeyStore.Open(
            path, parsed.GetValue(tokenLabel) ?? throw new AuthorityException("--token-label is missing."),
            () => Pin(parsed));
    }

    /// <summary>The store of a key that is there.</summary>
    public IKeyStore For(ParseResult parsed, AuthorityFolder folder, KeyReference reference) =>
        For(parsed, folder, reference, passphraseFile);

    /// <summary>The store of an existing root's key.</summary>
    public IKeyStore ForRoot(ParseResult parsed, AuthorityFolder folder, KeyReference reference) => For(
        parsed, folder, reference,
        parsed.GetValue(rootPassphraseFile) is null ? passphraseFile : rootPassphraseFile);

    private IKeyStore For(
        ParseResult parsed, AuthorityFolder folder, KeyReference reference, Option<string?> passphraseOption)
    {
        if (reference.Store == KeyReference.File)
        {
            return new FileKeyStore(folder.Path, () => Secret(
                parsed, passphraseOption, PassphraseVariable, $"Passphrase of {folder.Path}", isNew: false));
        }

        string label = parsed.GetValue(tokenLabel) ?? reference.TokenLabel ?? "";
        return Pkcs11KeyStore.Open(
            parsed.GetValue(module) ?? throw new AuthorityException(
                $"The key is in token \"{reference.TokenLabel}\": give its --pkcs11-module."),
            label, () => Pin(parsed));
    }

    private string Pin(ParseResult parsed) => Secret(parsed, pinFile, PinVariable, "PIN of the token", isNew: false);

    /// <summary>A secret, read or asked for once however often it is needed.</summary>
    private string Secret(ParseResult parsed, Option<string?> option, string variable, string words, bool isNew)
    {
        if (!secrets.TryGetValue(words, out string? secret))
            secrets[words] = secret = FirstSecret(parsed, option, variable, words, isNew);
        return secret;
    }

    private string FirstSecret(ParseResult parsed, Option<string?> option, string variable, string words, bool isNew)
    {
        string? secret = parsed.GetValue(option) is { } file ? FirstLine(option, file) : environment(variable);
        if (secret is null && (secret = ask(words)) is not null && isNew && ask("Once more") != secret)
            throw new AuthorityException("The two passphrases differ.");
        return secret is { Length: > 0 }
            ? secret
            : throw new AuthorityException($"Give {option.Name} or ${variable}, or use a terminal.");
    }

    private string FirstLine(Option<string?> option, string file)
    {
        try
        {
            using StreamReader reader = new(file == "-" ? openInput() : File.OpenRead(file));
            return reader.ReadLine() ?? "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AuthorityException($"{option.Name}: the file \"{file}\" cannot be read.");
        }
    }
}
