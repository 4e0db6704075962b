"""The push service of the tests is itself held to the standards' own examples."""

from cryptography.hazmat.primitives.asymmetric import ec

from tests.channels.push_server import CURVE, data, opened

KEY = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_rfc_8291_can_be_opened() -> None:
    """The message of RFC 8291, section 5, opens with the keys given there."""
    key = ec.derive_private_key(int.from_bytes(data(KEY)), CURVE)
    assert b"When I grow up, I want to be a watermelon" == opened(data(BODY), key, data(AUTH))
