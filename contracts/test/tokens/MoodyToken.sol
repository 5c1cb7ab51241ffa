// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice A token that behaves badly on demand: towards one party (as sender or as receiver), or when asked for a balance.
///         Refuses transfers of nothing, as some tokens do.
contract MoodyToken {
    enum Mood {
        Honest,
        Frozen,
        ReturnsFalse,
        ReturnsTwo,
        ReturnsShort,
        ReturnsNothing,
        BurnsAllGas,
        RevertBomb,
        Hungry
    }

    /// @dev As large as 250,000 gas can pay for; a caller that copied it would pay as much again.
    uint256 private constant BOMB_BYTES = 300_000;

    event Transfer(address indexed from, address indexed to, uint256 value);

    mapping(address account => uint256 units) public units;
    mapping(address party => Mood) public moods;
    Mood public balanceMood;
    /// @notice What a transfer uses in the mood Hungry.
    uint256 public hunger;
    /// @notice The share of each transfer that the token keeps.
    uint256 public taxBps;

    function setMood(address party, Mood mood) external {
        moods[party] = mood;
    }

    function setBalanceMood(Mood mood) external {
        balanceMood = mood;
    }

    function setHunger(uint256 gasUnits) external {
        hunger = gasUnits;
    }

    function setTax(uint256 bps) external {
        taxBps = bps;
    }

    function mint(address to, uint256 amount) external {
        units[to] += amount;
    }

    function balanceOf(address account) external view returns (uint256) {
        _act(balanceMood);
        return units[account];
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        require(amount != 0, "nothing to transfer");
        units[msg.sender] -= amount;
        units[to] += amount - amount * taxBps / 10_000;
        emit Transfer(msg.sender, to, amount);
        _act(moods[msg.sender]);
        _act(moods[to]);
        return true;
    }

    /// @dev Ends the call in the way of the mood, or returns for the moods that go on.
    function _act(Mood mood) private view {
        if (mood == Mood.Frozen) revert("frozen");
        if (mood == Mood.BurnsAllGas) {
            assembly {
                invalid()
            }
        }
        if (mood == Mood.RevertBomb) {
            assembly {
                revert(0, BOMB_BYTES)
            }
        }
        if (mood == Mood.Hungry) {
            uint256 end = gasleft() > hunger ? gasleft() - hunger : 0;
            while (gasleft() > end) {}
        }
        if (mood == Mood.ReturnsFalse) _answer(0, 32);
        if (mood == Mood.ReturnsTwo) _answer(2, 32);
        if (mood == Mood.ReturnsShort) _answer(0, 31);
        if (mood == Mood.ReturnsNothing) _answer(0, 0);
    }

    function _answer(uint256 word, uint256 size) private pure {
        assembly {
            mstore(0, word)
            return(0, size)
        }
    }
}
