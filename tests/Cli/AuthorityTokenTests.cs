using System.Runtime.InteropServices;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using LumenLink.Cli.Authority;

namespace LumenLink.Tests.Cli;

/// <summary>lumen ca with its keys in a token: SoftHSM.</summary>
public sealed class AuthorityTokenTests : IDisposable
{
    private const string Pin = "87654321";

    private readonly AuthorityRun ca = new();

    public void Dispose() => ca.Dispose();

    [SoftHsmFact]
    public void Keys_are_made_in_the_token_never_leave_it_and_sign_for_openssl()
    {
        MakeToken();
        string output = ca.Run(Token("init")).IsDone().Output;
        Assert.Contains("a lost token is a lost CA", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Pin, output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(ca.Folder, "*.pem"));
        string kept = Issue();
        string revoked = Issue();
        ca.Run("revoke", "--serial", Path.GetFileNameWithoutExtension(revoked), "--reason", "superseded").IsDone();
        ca.Run(Token("crl")).IsDone();
        AuthorityResult verdict = AuthorityOpensslTests.Verify(ca, kept);
        Assert.True(verdict.Status == 0, verdict.Error);
        verdict = AuthorityOpensslTests.Verify(ca, revoked);
        Assert.Contains("certificate revoked", verdict.Error, StringComparison.Ordinal);
        Assert.Equal(2, CountKeysThatStay());

        // The next device CA, its root in the token.
        string first = ca.Folder;
        ca.Folder = ca.Aside("next");
        ca.Run([.. Token("init"), "--root", first]).IsDone();
        kept = Issue();
        ca.Run(Token("crl")).IsDone();
        Assert.Equal(0, AuthorityOpensslTests.Verify(ca, kept).Status);

        string Issue() => ca.Run([.. Token("issue"), "--public-key", AuthorityRun.NewKey()]).IsDone()
            .Output.Split('\n')[1];
    }

    [SoftHsmFact]
    public void What_is_wrong_with_module_token_or_PIN_is_told()
    {
        MakeToken();
        string[] module = ["--pkcs11-module", SoftHsmFact.Module];
        ca.Run(["init", .. module]).IsRefusedWith(2, "--token-label is missing");
        ca.Run(["init", .. module, "--token-label", "lumen"]).IsRefusedWith(2, "--pin-file", KeyOptions.PinVariable);
        ca.Environment[KeyOptions.PinVariable] = "11111111";
        ca.Run(["init", .. module, "--token-label", "lumen"]).IsRefusedWith(1, "The PIN of token \"lumen\" is wrong");
        ca.Environment[KeyOptions.PinVariable] = Pin;
        ca.Run(["init", .. module, "--token-label", "other"]).IsRefusedWith(2, "no token is", "\"lumen\"");
        ca.Run("init", "--pkcs11-module", ca.Aside("none.so"), "--token-label", "lumen")
            .IsRefusedWith(2, "there is no file");
        File.WriteAllText(ca.Aside("text.so"), "no library");
        ca.Run("init", "--pkcs11-module", ca.Aside("text.so"), "--token-label", "lumen")
            .IsRefusedWith(2, "is no PKCS#11 module");
        Assert.False(Directory.Exists(ca.Folder));

        ca.Run(["init", .. module, "--token-label", "lumen"]).IsDone();
        ca.Run("crl").IsRefusedWith(2, "The key is in token \"lumen\"", "--pkcs11-module");
        MakeToken(); // another one of the same name, without the keys
        ca.Run(["crl", .. module]).IsRefusedWith(1, "does not hold this CA's key");
    }

    private static string[] WithModule(string command) =>
        [command, "--pkcs11-module", SoftHsmFact.Module, "--token-label", "lumen"];

    private string[] Token(string command) => [.. WithModule(command), "--pin-file", ca.Aside("pin")];

    /// <summary>Makes the only token that SoftHSM then knows; its module reads where from the environment.</summary>
    private void MakeToken()
    {
        string folder = Directory.CreateDirectory(ca.Aside("tokens-" + Guid.NewGuid().ToString("N"))).FullName;
        string configuration = ca.Aside("softhsm2.conf");
        File.WriteAllText(configuration, $"directories.tokendir = {folder}\nlog.level = ERROR\n");
        File.WriteAllText(ca.Aside("pin"), Pin + "\n");
        Assert.Equal(0, SetEnvironment("SOFTHSM2_CONF", configuration, 1)); // .NET's own is not seen by native code
        AuthorityResult made = AuthorityRun.Program(
            "/usr/bin/env", "SOFTHSM2_CONF=" + configuration, SoftHsmFact.Program, "--init-token", "--free", "--label",
            "lumen", "--so-pin", "12345678", "--pin", Pin);
        Assert.True(made.Status == 0, made.Error);
    }

    /// <summary>Asks the token for its private keys, each of which it must refuse to give.</summary>
    private static int CountKeysThatStay()
    {
        Pkcs11InteropFactories factories = new();
        using IPkcs11Library library = factories.Pkcs11LibraryFactory.LoadPkcs11Library(
            factories, SoftHsmFact.Module, AppType.MultiThreaded);
        ISlot slot = library.GetSlotList(SlotsType.WithTokenPresent).Single(
            one => one.GetTokenInfo().Label.TrimEnd() == "lumen");
        using ISession session = slot.OpenSession(SessionType.ReadOnly);
        session.Login(CKU.CKU_USER, Pin);
        List<IObjectHandle> keys = session.FindAllObjects(
            [factories.ObjectAttributeFactory.Create(CKA.CKA_CLASS, CKO.CKO_PRIVATE_KEY)]);
        Assert.All(keys, key =>
        {
            List<IObjectAttribute> told = session.GetAttributeValue(
                key, [CKA.CKA_VALUE, CKA.CKA_EXTRACTABLE, CKA.CKA_SENSITIVE]);
            Assert.True(told[0].CannotBeRead);
            Assert.False(told[1].GetValueAsBool());
            Assert.True(told[2].GetValueAsBool());
        });
        return keys.Count;
    }

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi)]
    private static extern int SetEnvironment(string name, string value, int overwrite);
}
