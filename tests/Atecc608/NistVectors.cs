namespace LumenLink.Tests;

/// <summary>
/// NIST CAVP, FIPS 186-4 SigVer, [P-256,SHA-256]: message, Q, R and S, and the status the chip answers.
/// </summary>
public static class NistVectors
{
    public static TheoryData<string, string, string, byte> All => new()
    {
        {
            // 3: S Changed
            "e4796db5f785f207aa30d311693b3702821dff1168fd2e04c0836825aefd850d9aa60326d88cde1a23c7745351392ca2"
            + "288d632c264f197d05cd424a30336c19fd09bb229654f0222fcb881a4b35c290a093ac159ce13409111ff0358411133c"
            + "24f5b8e2090d6db6558afc36f06ca1f6ef779785adba68db27a409859fc4c4a0",
            "87f8f2b218f49845f6f10eec3877136269f5c1a54736dbdf69f89940cad41555"
            + "e15f369036f49842fac7a86c8a2b0557609776814448b8f5e84aa9f4395205e9",
            "d19ff48b324915576416097d2544f7cbdf8768b1454ad20e0baac50e211f23b0"
            + "a3e81e59311cdfff2d4784949f7a2cb50ba6c3a91fa54710568e61aca3e847c6",
            0x01
        },
        {
            // 2: R Changed
            "069a6e6b93dfee6df6ef6997cd80dd2182c36653cef10c655d524585655462d683877f95ecc6d6c81623d8fac4e900ed"
            + "0019964094e7de91f1481989ae1873004565789cbf5dc56c62aedc63f62f3b894c9c6f7788c8ecaadc9bd0e81ad91b2b"
            + "3569ea12260e93924fdddd3972af5273198f5efda0746219475017557616170e",
            "5cf02a00d205bdfee2016f7421807fc38ae69e6b7ccd064ee689fc1a94a9f7d2"
            + "ec530ce3cc5c9d1af463f264d685afe2b4db4b5828d7e61b748930f3ce622a85",
            "dc23d130c6117fb5751201455e99f36f59aba1a6a21cf2d0e7481a97451d6693"
            + "d6ce7708c18dbf35d4f8aa7240922dc6823f2e7058cbc1484fcad1599db5018c",
            0x01
        },
        {
            // 4: Q Changed
            "df04a346cf4d0e331a6db78cca2d456d31b0a000aa51441defdb97bbeb20b94d8d746429a393ba88840d661615e07def"
            + "615a342abedfa4ce912e562af714959896858af817317a840dcff85a057bb91a3c2bf90105500362754a6dd321cdd861"
            + "28cfc5f04667b57aa78c112411e42da304f1012d48cd6a7052d7de44ebcc01de",
            "2ddfd145767883ffbb0ac003ab4a44346d08fa2570b3120dcce94562422244cb"
            + "5f70c7d11ac2b7a435ccfbbae02c3df1ea6b532cc0e9db74f93fffca7c6f9a64",
            "9913111cff6f20c5bf453a99cd2c2019a4e749a49724a08774d14e4c113edda8"
            + "9467cd4cd21ecb56b0cab0a9a453b43386845459127a952421f5c6382866c5cc",
            0x01
        },
        {
            // P (valid)
            "e1130af6a38ccb412a9c8d13e15dbfc9e69a16385af3c3f1e5da954fd5e7c45fd75e2b8c36699228e92840c0562fbf37"
            + "72f07e17f1add56588dd45f7450e1217ad239922dd9c32695dc71ff2424ca0dec1321aa47064a044b7fe3c2b97d03ce4"
            + "70a592304c5ef21eed9f93da56bb232d1eeb0035f9bf0dfafdcc4606272b20a3",
            "e424dc61d4bb3cb7ef4344a7f8957a0c5134e16f7a67c074f82e6e12f49abf3c"
            + "970eed7aa2bc48651545949de1dddaf0127e5965ac85d1243d6f60e7dfaee927",
            "bf96b99aa49c705c910be33142017c642ff540c76349b9dab72f981fd9347f4f"
            + "17c55095819089c2e03b9cd415abdf12444e323075d98f31920b9e0f57ec871c",
            0x00
        },
    };
}
